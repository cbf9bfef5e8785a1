import type { Evidence, Standing } from './evidence.ts';
import { type Judgement, type Reason, fail, pass, unknown, warn } from './result.ts';
import { confirmed } from './shop-checks.ts';

/** Some things no API shows: a person looks them up and says so. */
function byPerson(code: string, question: Reason): (evidence: Evidence, standing: Standing) => Judgement {
  return (_evidence, { confirmations }) => {
    const confirmation = confirmations[code];
    return confirmation === undefined ? unknown(question) : pass('confirmed', confirmed(confirmation));
  };
}

/** micro.bg wants two users for an integration. */
export const twoUsers = byPerson('two_users', 'confirm_two_users');
/** A buyer without a company must be able to order. */
export const companyNumber = byPerson('company_number', 'confirm_company_number');
/** Before anything is written. */
export const backup = byPerson('backup', 'confirm_backup');

/** The shop's own setting is not shown by any API; what we know of it must fit the sale rule (CloudCart API 7.2). */
export function decrement(_evidence: Evidence, { settings, confirmations }: Standing): Judgement {
  const confirmation = confirmations['decrement'];
  const { saleRule, shopDecrementsAt } = settings;
  const when = shopDecrementsAt;
  if (confirmation === undefined) return unknown('confirm_decrement', { when });
  const atOnce = saleRule === 'always';
  if (when === 'pending' && !atOnce) return warn('decrement_before_sale', confirmed(confirmation));
  if (when === 'paid' && atOnce) return warn('sale_before_decrement', confirmed(confirmation));
  return pass('confirmed', confirmed(confirmation));
}

/** CloudCart switches a webhook off when it fails. */
export function webhooks(_evidence: Evidence, { webhooks: hooks, mode }: Standing): Judgement {
  if (!hooks.wanted) return mode === 'live' ? fail('webhooks_not_wanted') : warn('webhooks_not_wanted');
  if (hooks.off > 0) return fail('webhooks_off', { off: hooks.off });
  return hooks.on === 0 ? unknown('webhooks_not_seen') : pass('webhooks_on', { on: hooks.on });
}

/** Every variant has its item, or somebody said that it needs none. */
export function codes(_evidence: Evidence, { match }: Standing): Judgement {
  if (match === null) return unknown('no_match_report');
  const { variants, unmatched } = match;
  return unmatched === 0
    ? pass('codes_match', { variants })
    : warn('codes_unmatched', { variants, unmatched });
}

/** The regular work is done. */
export function schedules(_evidence: Evidence, { lateDuties, dutiesSeen, mode }: Standing): Judgement {
  if (mode === 'off') return unknown('connection_off');
  if (lateDuties.length > 0) return fail('duties_late', { duties: lateDuties.join(', ') });
  return dutiesSeen ? pass('duties_done') : unknown('duties_not_yet');
}
