import { stringify } from 'csv-stringify/sync';

/** An answer that is a file and not JSON. */
export class CsvFile {
  readonly name: string;
  readonly text: string;

  /**
   * A table as Excel opens it by a double click, also with Bulgarian letters: hence the mark at the beginning. A cell
   * that begins like a formula is text: what it holds comes from a shop's customers and from staff.
   */
  constructor(name: string, columns: readonly string[], rows: readonly (readonly unknown[])[]) {
    this.name = name;
    this.text = stringify([...rows.map((row) => [...row])], {
      ...{ bom: true, header: true, columns: [...columns], escape_formulas: true },
      record_delimiter: 'windows',
    });
  }
}
