import type { DocumentKind, DocumentState } from './document-kinds.ts';

/** A document of the ledger, as far as the next write depends on it. */
export interface LedgerEntry {
  readonly kind: DocumentKind;
  readonly state: DocumentState;
  /** Digest of the wish that is confirmed. */
  readonly liveDigest: string | null;
}

/** What the warehouse should hold: nothing, or one document of a kind with this digest. */
export type WishedDocument =
  | { readonly kind: 'none' }
  | { readonly kind: DocumentKind; readonly digest: string };

/** The one next step towards the wish. */
export type NextWrite<Entry> =
  | { readonly kind: 'done' }
  /** An intent without an answer: nothing is sent for the order before its outcome is known. */
  | { readonly kind: 'settle'; readonly entry: Entry }
  /** Save a new document; under the reserved id where there is one. */
  | { readonly kind: 'create'; readonly document: DocumentKind; readonly entry: Entry | undefined }
  | { readonly kind: 'edit' | 'delete'; readonly entry: Entry }
  /** A sale and its return both stand: they are closed together. No request to the warehouse. */
  | { readonly kind: 'close'; readonly entry: Entry }
  /** Staff changed the document, or it is not ours: a person decides. */
  | { readonly kind: 'ask'; readonly entry: Entry };

/**
 * The next write of a pass. First what is unknown is settled, then the wished document is brought to its content,
 * and only then what must not stand beside it is deleted: a crash in between leaves one document too many for
 * a while, never none (micro.bg API 6.3).
 */
export function nextWrite<Entry extends LedgerEntry>(
  entries: readonly Entry[],
  wish: WishedDocument,
): NextWrite<Entry> {
  const open = entries.filter((entry) => entry.state !== 'deleted' && entry.state !== 'returned');
  const unknown = open.find((entry) => entry.state === 'sent' || entry.state === 'delete_sent');
  if (unknown !== undefined) return { kind: 'settle', entry: unknown };
  const strange = open.find((entry) => entry.state === 'conflict' || entry.state === 'foreign');
  if (strange !== undefined) return { kind: 'ask', entry: strange };
  const live = open.filter((entry) => entry.state === 'live');
  const undone = live.find((entry) => undoes(entry.kind));
  // Whatever the order has become meanwhile: what was returned is history.
  if (undone !== undefined && live.some((entry) => entry.kind === 'sale'))
    return { kind: 'close', entry: undone };
  if (wish.kind !== 'none') {
    const wished = open.find((entry) => entry.kind === wish.kind);
    if (wished?.state !== 'live') return { kind: 'create', document: wish.kind, entry: wished };
    if (wished.liveDigest !== wish.digest) return { kind: 'edit', entry: wished };
  }
  const stays = (kind: DocumentKind): boolean => kind === wish.kind || (undoes(wish.kind) && kind === 'sale');
  const surplus = live.find((entry) => !stays(entry.kind));
  return surplus === undefined ? { kind: 'done' } : { kind: 'delete', entry: surplus };
}

/** Does such a document take a sale back? It stands beside it. */
function undoes(kind: DocumentKind | 'none'): boolean {
  return kind === 'claim' || kind === 'credit_note';
}

/** An intent and what a read of the warehouse shows of it. */
export interface IntentEvidence {
  readonly intent: 'save' | 'delete';
  /** Digest that stood before an edit; null for a creation. */
  readonly formerDigest: string | null;
  readonly sentDigest: string | null;
  /** Digest found under our id; null when nothing was found. */
  readonly found: string | null;
  /** The last moment at which the request can still take effect has passed. */
  readonly quarantineOver: boolean;
}

/**
 * What an intent came to. A request that has landed is known at once; that it has not is known only after the
 * last moment at which it could. `conflict`: neither what stood nor what was sent is there.
 */
export function settleIntent(evidence: IntentEvidence): 'wait' | 'landed' | 'not_landed' | 'conflict' {
  const { intent, formerDigest, sentDigest, found, quarantineOver } = evidence;
  const landed = intent === 'delete' ? found === null : found !== null && found === sentDigest;
  if (landed) return 'landed';
  if (!quarantineOver) return 'wait';
  return found === formerDigest ? 'not_landed' : 'conflict';
}
