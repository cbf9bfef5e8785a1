/**
 * When two codes are the same. The one policy of the match report, of the import and of an order's own look-up: equal
 * after trimming, and nothing else. What only looks alike is a near miss: shown, suggested, never applied by itself.
 */

/** How codes of digits that differ in zeros at the front are taken; the warehouse may drop them itself. */
export type LeadingZeros = 'ask' | 'same';

/** What keeps two codes apart that a person would take for one. */
export type NearMiss = 'leading_zeros' | 'blanks' | 'letter_case' | 'look_alike_letters';

/** The code as it is compared. Empty: there is none. */
export function codeKey(code: string, leadingZeros: LeadingZeros): string {
  const trimmed = code.trim();
  return leadingZeros === 'same' ? withoutZeros(trimmed) : trimmed;
}

/** Are two codes the same? Two empty ones are not: they name nothing. */
export function isSameCode(left: string, right: string, leadingZeros: LeadingZeros): boolean {
  const key = codeKey(left, leadingZeros);
  return key !== '' && key === codeKey(right, leadingZeros);
}

/** Cyrillic letters that look like Latin ones: a keyboard in the wrong layout writes them unseen. */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ А: 'A', В: 'B', Е: 'E', К: 'K', М: 'M', Н: 'H', О: 'O', Р: 'P', С: 'C', Т: 'T', У: 'Y', Х: 'X' },
  ...{
    І: 'I',
    Ј: 'J',
    Ѕ: 'S',
    а: 'a',
    е: 'e',
    о: 'o',
    р: 'p',
    с: 'c',
    у: 'y',
    х: 'x',
    і: 'i',
    ј: 'j',
    ѕ: 's',
  },
};

/** From the gravest to the lightest: the state of a row with several is the first of them. */
const steps: readonly (readonly [NearMiss, (code: string) => string])[] = [
  [
    'look_alike_letters',
    (code) => code.replaceAll(/[А-яІЈЅіјѕ]/gu, (letter) => lookAlikes[letter] ?? letter),
  ],
  ['letter_case', (code) => code.toUpperCase()],
  ['blanks', (code) => code.replaceAll(/\s+/gu, '')],
  ['leading_zeros', withoutZeros],
];
/** Capitals come before what looks alike: more capitals do. */
const inOrder = [steps[1], steps[0], steps[2], steps[3]].filter((step) => step !== undefined);

/** One form for all codes that people confuse: no blanks, capitals, Latin for what looks Latin, no zeros in front. */
export function foldCode(code: string): string {
  return fold(code, undefined);
}

/** What has to be overlooked before two codes of one {@link foldCode} are the same, the gravest first; empty when they are. */
export function nearMisses(left: string, right: string): NearMiss[] {
  if (left.trim() === right.trim()) return [];
  return steps.map(([name]) => name).filter((name) => fold(left, name) !== fold(right, name));
}

function fold(code: string, without: NearMiss | undefined): string {
  return inOrder.reduce((text, [name, change]) => (name === without ? text : change(text)), code.trim());
}

function withoutZeros(code: string): string {
  return /^\d+$/.test(code) ? code.replace(/^0+(?=\d)/, '') : code;
}
