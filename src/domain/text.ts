/** Latin and Bulgarian words with single blanks between them, as almost all texts are: nothing to clean. */
const plain =
  /^(?:(?:[!-~«»„“”№°€\u0400-\u0481\u048A-\u04FF–—]+ )*[!-~«»„“”№°€\u0400-\u0481\u048A-\u04FF–—]+)?$/;

/** One line of text: control characters and broken halves of characters become blanks, blanks are never doubled. */
export function cleanText(text: string): string {
  if (plain.test(text)) return text;
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
