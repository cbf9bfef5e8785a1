/** One problem as people read it. `{name}` stands for a parameter. */
export interface ProblemText {
  /** `blocking`: no document until it is mended. `info`: posted, but somebody should know. */
  readonly severity: 'blocking' | 'info';
  /** For logs and for Temporal's web page. */
  readonly operator: string;
  readonly bg: string;
  readonly en: string;
  readonly mendBg: string;
  readonly mendEn: string;
}

/** Words of parameters that are codes. */
export const parameterWords: Readonly<Record<string, { readonly bg: string; readonly en: string }>> = {
  delivery: { bg: 'доставка', en: 'delivery' },
  discount: { bg: 'отстъпка', en: 'discount' },
  fee: { bg: 'такса', en: 'fee' },
  rounding: { bg: 'закръгление', en: 'rounding' },
  reverse_charge: { bg: 'обратно начисляване', en: 'reverse charge' },
  invoice: { bg: 'фактура', en: 'an invoice' },
  receipt: { bg: 'касова бележка', en: 'a fiscal receipt' },
  export: { bg: 'износ извън ЕС', en: 'export out of the EU' },
};
