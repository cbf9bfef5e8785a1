import { type FaultText, shopFaults } from './fault-texts/shop.ts';
import { warehouseFaults } from './fault-texts/warehouse.ts';

/** Every way in which a shop or a warehouse cannot be connected. Codes are stable. */
const texts = { ...shopFaults, ...warehouseFaults } as const;

/** Code of what is wrong with a shop's or a warehouse's access. */
export type FaultCode = keyof typeof texts;

/** What is wrong with the access that somebody gave. */
export interface AccessFault {
  /** The field that another value would mend, for instance `shop.apiKey`; `shop` or `warehouse` where none would. */
  readonly field: string;
  readonly code: FaultCode;
  readonly params: Readonly<Record<string, string>>;
  /** One English sentence for operators: what the vendor said. */
  readonly operator: string;
  /** The other side does not work now: the same access may be good later. */
  readonly passing?: true;
}

const lists: Readonly<Record<string, { readonly bg: string; readonly en: string }>> = {
  company: { bg: 'данните на фирмата', en: 'the company' },
  paymentTypes: { bg: 'типовете плащания', en: 'the payment types' },
  objects: { bg: 'обектите', en: 'the objects' },
};

/** The fault and how to mend it, in the shopkeeper's language. */
export function describeFault(
  { code, params }: Pick<AccessFault, 'code' | 'params'>,
  language: 'bg' | 'en',
): { readonly text: string; readonly mend: string } {
  const template: FaultText = texts[code];
  const word = (name: string): string => {
    const value = params[name] ?? '?';
    return name === 'what' ? (lists[value]?.[language] ?? value) : value;
  };
  const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => word(name));
  return language === 'bg'
    ? { text: fill(template.bg), mend: fill(template.mendBg) }
    : { text: fill(template.en), mend: fill(template.mendEn) };
}

/** All codes, for checks. */
export const faultCodes = Object.keys(texts) as readonly FaultCode[];

/** Is this a fault, and not what was to be found out? */
export function isFault(value: object): value is AccessFault {
  return 'operator' in value && 'field' in value;
}
