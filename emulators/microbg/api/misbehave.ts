import type { ServerResponse } from 'node:http';
import type { Fault, FaultKind } from '../faults.ts';
import type { Switches } from '../switches.ts';
import { type Applied, failed, htmlAnswer, type WrittenAnswer, writeEnvelope } from './envelope.ts';
import type { Held, HeldCall } from './held.ts';
import { send } from './send.ts';

/** A call, and the fault that it meets. */
interface Encounter {
  readonly fault: Fault;
  readonly call: Omit<HeldCall, 'id' | 'since'>;
  readonly apply: () => Applied;
  readonly response: ServerResponse;
  readonly held: Held;
  readonly switches: Readonly<Switches>;
  readonly finish: (result: string) => void;
}

/** The web server gives up on a call after this long. */
const SERVER_TIMEOUT_MS = 120_000;

type Spoil = (applied: Applied | undefined, encounter: Encounter) => WrittenAnswer;

const text =
  (make: (text: string) => string): Spoil =>
  (applied) => {
    const written = applied?.written ?? htmlAnswer(200, '');
    return { ...written, text: make(written.text) };
  };

/** Answers that take the place of the real one, and whether the call is usually applied before. */
const SPOILT: Partial<Record<FaultKind, { readonly applies: boolean; readonly answer: Spoil }>> = {
  http429: { applies: false, answer: () => htmlAnswer(429, '429 Too Many Requests') },
  http500: { applies: false, answer: () => htmlAnswer(500, '500 Internal Server Error') },
  http502: { applies: false, answer: () => htmlAnswer(502, '502 Bad Gateway') },
  http503: { applies: false, answer: () => htmlAnswer(503, '503 Service Unavailable') },
  invalidJson: { applies: true, answer: text((whole) => whole.slice(0, Math.ceil(whole.length / 2))) },
  bom: { applies: true, answer: text((whole) => `\uFEFF${whole}`) },
  emptyBody: { applies: true, answer: text(() => '') },
  failedEnvelope: {
    applies: false,
    answer: (_, { fault, switches }) => writeEnvelope(failed(...fault.errors), switches),
  },
  nullData: {
    applies: true,
    answer: (_, { switches }) => writeEnvelope({ ok: true, errors: [], data: null }, switches),
  },
};

/** Lets a call meet its fault (E-25). */
export async function misbehave(encounter: Encounter): Promise<void> {
  const { fault, apply, response, finish } = encounter;
  const spoilt = SPOILT[fault.kind];
  if (spoilt !== undefined) {
    const applied = (fault.apply ?? spoilt.applies) ? apply() : undefined;
    send(response, spoilt.answer(applied, encounter));
    return finish(applied ? `${fault.kind}, applied` : fault.kind);
  }
  switch (fault.kind) {
    case 'delay':
    case 'slowFirstByte': {
      // A slow first byte comes after the work, a delay before it.
      const early = fault.kind === 'slowFirstByte' ? apply() : undefined;
      await sleep(fault.ms);
      send(response, (early ?? apply()).written);
      return finish(fault.kind);
    }
    case 'dropAfter':
      apply();
      response.destroy();
      return finish('dropped, applied');
    case 'dropBefore':
      response.destroy();
      return finish('dropped');
    case 'timeoutAfter':
      apply();
      await clientGone(response);
      return finish('timeout, applied');
    case 'timeoutBefore':
      await clientGone(response);
      return finish('timeout');
    case 'holdAndApplyLater':
      await clientGone(response);
      await sleep(fault.ms);
      apply();
      return finish('applied later');
    default:
      return park(encounter);
  }
}

function park({ call, apply, response, held, finish }: Encounter): void {
  held.add({
    ...call,
    release(applies, answers) {
      const written = applies ? apply().written : htmlAnswer(504, '504 Gateway Time-out');
      if (answers) send(response, written);
      else response.destroy();
      finish(applies ? 'released, applied' : 'released');
    },
  });
}

/** Resolves when the client gave up, or with a 504 when the web server does first. */
function clientGone(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const timer = setTimeout(
      () => send(response, htmlAnswer(504, '504 Gateway Time-out')),
      SERVER_TIMEOUT_MS,
    );
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
