/** One line of text: control characters and broken halves of characters become blanks, blanks are never doubled. */
export function cleanText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
