import { expect, it } from 'vitest';
import { CsvFile } from '../../../src/api/panel/csv.ts';

it('a CSV file begins with a mark for Excel, quotes what needs it, and holds no formulas', () => {
  const { text } = new CsvFile(
    'a.csv',
    ['стока', 'note'],
    [
      ['Чаша, синя', 'says "hello"'],
      ['=HYPERLINK("http://evil.example")', '+1'],
      ['@SUM(A1)', null],
    ],
  );
  expect(text).toBe(
    '\uFEFFстока,note\r\n"Чаша, синя","says ""hello"""\r\n"\'=HYPERLINK(""http://evil.example"")",\'+1\r\n\'@SUM(A1),\r\n',
  );
});
