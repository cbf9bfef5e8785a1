import { Readable } from 'node:stream';
import { stringify as stringifyStream } from 'csv-stringify';
import { stringify } from 'csv-stringify/sync';

/**
 * A table as Excel opens it by a double click, also with Bulgarian letters: hence the mark at the beginning. A cell
 * that begins like a formula is text: what it holds comes from a shop's customers and from staff.
 */
const FOR_EXCEL = { bom: true, header: true, escape_formulas: true, record_delimiter: 'windows' } as const;

type Row = readonly unknown[];

/** An answer that is a file and not JSON. */
export class CsvFile {
  readonly name: string;
  readonly text: string;

  constructor(name: string, columns: readonly string[], rows: readonly Row[]) {
    this.name = name;
    this.text = stringify([...rows.map((row) => [...row])], { ...FOR_EXCEL, columns: [...columns] });
  }
}

/** The same for tables of any length: rows are read while they are sent. */
export class CsvStream {
  readonly name: string;
  readonly #columns: readonly string[];
  readonly #rows: AsyncIterable<Row>;

  constructor(name: string, columns: readonly string[], rows: AsyncIterable<Row>) {
    this.name = name;
    this.#columns = columns;
    this.#rows = rows;
  }

  /** The file's bytes. */
  lines(): Readable {
    return Readable.from(this.#rows).compose(stringifyStream({ ...FOR_EXCEL, columns: [...this.#columns] }));
  }
}
