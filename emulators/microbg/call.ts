import type { Company } from './company.ts';
import type { Bag } from './input.ts';
import type { Application } from './model.ts';
import type { Switches } from './switches.ts';

/** One call of an API function, with everything it may look at. */
export interface Call {
  readonly company: Company;
  /** Who calls; null = staff at the screen, who may do more. */
  readonly actor: Application | null;
  readonly switches: Readonly<Switches>;
  /** Wall time. */
  readonly now: string;
  readonly parameters: Bag;
  readonly data: Bag;
  /** `http://host:port` of the API, for links in answers. */
  readonly origin: string;
  /** The look-up by `ExtAppDocId` was made before and found nothing (switch `doubleUpsert`). */
  readonly assumeNew?: boolean;
}

/** An API function: returns `data` of the envelope or throws a refusal, then without having changed anything. */
export type ApiFunction = (call: Call) => unknown;
