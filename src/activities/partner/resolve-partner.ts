import { createHash } from 'node:crypto';
import type { Answer } from '../../clients/answer.ts';
import type { Partner, PartnerSearch, PartnerWrite } from '../../clients/microbg/partners.ts';
import {
  type ClaimedPartner,
  claimPartner,
  findPartner,
  releasePartner,
  renewPartnerCode,
  storePartner,
  storePartnerIntent,
} from '../../db/queries/partners.ts';
import {
  type PartnerFields,
  type PartnerSearchKey,
  choosePartner,
  normalisePhone,
  partnerChanges,
} from '../../domain/partner/wanted-partner.ts';
import { type Problem, problem } from '../../domain/problems.ts';
import { type PassContext, askWarehouse, sendUnderLease, valueOf } from '../order/context.ts';
import { PassBlocked, PassStopped } from '../order/stops.ts';

/** A partner is looked at again after this time even when the shop shows nothing new: staff may have deleted it. */
const MAX_AGE_MS = 30 * 24 * 3_600_000;
/** Another order of the same customer is creating the partner now: it takes about a second. */
const BUSY_LOOKS = 20;
const BUSY_LOOK_MS = 100;
/** Codes that are tried for a new partner before a person is asked. */
const MOST_CODES = 5;

/** The buyer of an order, as the domain wants the partner to be. */
export interface WantedPartner {
  readonly key: PartnerSearchKey;
  readonly fields: PartnerFields;
}

interface Resolved {
  readonly partnerId: number;
  readonly problems: readonly Problem[];
}

/**
 * The warehouse partner of a buyer: found by company number, else by e-mail or phone; updated where the shop knows
 * better; created where there is none. Two orders of one new customer create one partner: one claim per customer,
 * and a code of our own that a repeated insert collides with (micro.bg API 3.4).
 */
export async function resolvePartner(pass: PassContext, wanted: WantedPartner): Promise<Resolved> {
  const { connectionId } = pass.key;
  const partnerKey = pass.hashIdentity(JSON.stringify(wanted.key));
  const digest = createHash('sha256').update(JSON.stringify(wanted.fields)).digest('hex');
  // The warehouse may have refused the document because of its partner: staff delete and merge them.
  const doubtful = pass.claimed.state === 'blocked';
  for (let look = 0; look < BUSY_LOOKS; look += 1) {
    const known = await pass.io.db('find-partner', (database) =>
      findPartner(database, connectionId, partnerKey),
    );
    if (known?.fieldsDigest === digest && known.ageMs < MAX_AGE_MS && !doubtful) {
      return { partnerId: known.partnerId, problems: severalOf(known.candidates) };
    }
    const claim = await pass.io.db('claim-partner', (database) =>
      claimPartner(database, connectionId, partnerKey, pass.durations.leaseMs),
    );
    if (claim !== undefined) return settlePartner(pass, wanted, { partnerKey, digest, claim });
    await pass.io.sleep(BUSY_LOOK_MS);
  }
  throw new PassStopped('partner_busy', 'Another order of the same customer is being worked on', {
    retryInMs: 1_000,
  });
}

interface Claim {
  readonly partnerKey: string;
  readonly digest: string;
  readonly claim: ClaimedPartner;
}

async function settlePartner(pass: PassContext, wanted: WantedPartner, held: Claim): Promise<Resolved> {
  try {
    const { existing, problems, searched } = await findExisting(pass, wanted, held.claim);
    const several = problems.find(({ code }) => code === 'partner_ambiguous');
    const partner =
      existing === undefined ? await insert(pass, wanted, held) : await update(pass, wanted, existing);
    const stored = await pass.io.db('store-partner', (database) =>
      storePartner(
        database,
        { ...pass.key, partnerKey: held.partnerKey, fence: held.claim.fence },
        {
          partnerId: partner.id,
          fieldsDigest: held.digest,
          candidates: searched ? String(several?.params['ids'] ?? '') || null : undefined,
          journal: partner.journal,
        },
      ),
    );
    if (!stored) throw new PassStopped('partner_busy', 'Another pass has taken over this customer');
    return { partnerId: partner.id, problems };
  } catch (error) {
    await pass.io.db('release-partner', (database) =>
      releasePartner(database, pass.key.connectionId, held.partnerKey, held.claim.fence),
    );
    throw error;
  }
}

/** What the warehouse holds of this customer: the linked partner, one under our code, or one found by identity. */
async function findExisting(
  pass: PassContext,
  { key }: WantedPartner,
  claim: ClaimedPartner,
): Promise<{ existing: Partner | undefined; problems: readonly Problem[]; searched: boolean }> {
  if (claim.partnerId !== null) {
    const [linked] = await search(pass, { id: claim.partnerId });
    if (linked !== undefined && !linked.deleted) return { existing: linked, problems: [], searched: false };
  }
  // Sent without an answer: a partner under our code is the one that we asked for.
  if (claim.state === 'sent' || key.kind === 'web_customer') {
    const [ours] = await search(pass, { code: claim.code });
    if (ours !== undefined && !ours.deleted && isCustomer(ours, key))
      return { existing: ours, problems: [], searched: false };
  }
  const criterion = criterionOf(key);
  if (criterion === undefined) return { existing: undefined, problems: [], searched: true };
  const { partner, problems } = choosePartner(await search(pass, criterion), key);
  return { existing: partner, problems, searched: true };
}

/** The finding of the last search stands until another one: it is still for somebody to merge them. */
function severalOf(candidates: string | null): readonly Problem[] {
  return candidates === null ? [] : [problem('partner_ambiguous', { ids: candidates })];
}

/**
 * Is the partner under our code this customer? The code may be somebody else's: of another installation on the same
 * company, or of a database that was lost with the codes it had given out.
 */
function isCustomer(partner: Partner, key: PartnerSearchKey): boolean {
  switch (key.kind) {
    case 'company':
      return choosePartner([{ ...partner, deleted: false }], key).partner !== undefined;
    case 'email':
      return partner.taxId === '' && partner.email.toLowerCase() === key.email.toLowerCase();
    case 'phone':
      return partner.taxId === '' && normalisePhone(partner.phone) === normalisePhone(key.phone);
    case 'web_customer':
      return partner.taxId === '' && partner.email === '' && partner.phone === '';
  }
}

function criterionOf(key: PartnerSearchKey): PartnerSearch | undefined {
  switch (key.kind) {
    case 'company':
      return { taxNo: key.taxId };
    case 'email':
      return { email: key.email };
    case 'phone':
      return { phone: key.phone };
    case 'web_customer':
      return undefined;
  }
}

async function search(pass: PassContext, by: PartnerSearch): Promise<readonly Partner[]> {
  return valueOf(pass, await askWarehouse(pass, 'getPartners', () => pass.warehouse.findPartners(by))) ?? [];
}

interface Written {
  readonly id: number;
  readonly journal: Readonly<Record<string, unknown>> | null;
}

async function update(pass: PassContext, { fields }: WantedPartner, existing: Partner): Promise<Written> {
  const { changes, journal } = partnerChanges(existing, fields);
  if (journal.length === 0) return { id: existing.id, journal: null };
  const answer = await askWarehouse(pass, 'editPartner', () =>
    pass.warehouse.editPartner(existing.id, changes),
  );
  refuseOr(pass, answer);
  return { id: existing.id, journal: { partner: existing.id, changed: journal } };
}

/** Creates the partner under our code; under another one where that code is somebody else's. */
async function insert(pass: PassContext, wanted: WantedPartner, held: Claim): Promise<Written> {
  const { connectionId } = pass.key;
  const { partnerKey, claim } = held;
  let { code } = claim;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendInsert(pass, wanted, held, code);
    const refused = answer.kind === 'failed' && answer.decision.class === 'refused';
    const [taken] = refused ? await search(pass, { code }) : [];
    if (taken === undefined) {
      const { id } = refuseOr(pass, answer);
      return { id, journal: { partner: id, created: true } };
    }
    // An insert of ours landed late.
    if (isCustomer(taken, wanted.key)) return { id: taken.id, journal: { partner: taken.id, adopted: true } };
    if (attempt === MOST_CODES) throw new PassBlocked('partner_refused', { said: `code ${code} is taken` });
    const renewed = await pass.io.db('renew-partner-code', (database) =>
      renewPartnerCode(database, connectionId, partnerKey, claim.fence),
    );
    if (renewed === undefined)
      throw new PassStopped('partner_busy', 'Another pass has taken over this customer');
    code = renewed;
  }
}

async function sendInsert(
  pass: PassContext,
  { fields }: WantedPartner,
  { partnerKey, claim }: Claim,
  code: string,
): Promise<Answer<{ readonly id: number }>> {
  await pass.enterWarehouse();
  const stored = await pass.io.db('store-partner-intent', (database) =>
    storePartnerIntent(database, pass.key.connectionId, partnerKey, claim.fence, pass.durations.leaseMs),
  );
  if (!stored) throw new PassStopped('partner_busy', 'Another pass has taken over this customer');
  // After the statement: what it took must not be what the deadline lacks.
  await pass.lease.reach(pass.durations.httpDeadlineMs);
  const partner: PartnerWrite & { name: string } = { ...fields, code, partnerType: 1 };
  return sendUnderLease(pass, 'warehouse.insertPartner', () => pass.warehouse.insertPartner(partner));
}

function refuseOr<T>(pass: PassContext, answer: Parameters<typeof valueOf<T>>[1]): T {
  if (answer.kind === 'failed' && answer.decision.class === 'refused') {
    throw new PassBlocked('partner_refused', { said: answer.decision.operator });
  }
  const value = valueOf(pass, answer);
  if (value === undefined) throw new PassStopped('partner_not_answered', 'micro.bg answered nothing');
  return value;
}
