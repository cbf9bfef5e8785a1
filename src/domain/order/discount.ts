/** Why a discount on the whole order is shown as it is. */
export type DiscountReason =
  | 'none'
  | 'own_line'
  /** Goods of several VAT rates, with a discount item for each. */
  | 'own_line_per_rate'
  /** The merchant wants it so. */
  | 'spread'
  /** No discount item carries the VAT rate of the goods. */
  | 'spread_no_item_of_rate'
  /** The payment type prints a receipt, and nobody has seen one with a negative line. */
  | 'spread_fiscal'
  /** The warehouse refuses lines that lower the total. */
  | 'spread_refused';
