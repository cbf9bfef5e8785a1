import {
  type LearnedAnswers,
  type Question,
  readAnswers,
  storeAnswer,
} from '../../db/queries/learned-answers.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import { rememberReading } from '../../domain/order/readings.ts';
import type { PassContext } from './context.ts';

const remembered = new WeakMap<object, LearnedAnswers>();

/** The settings, completed by what the connection's own orders have taught. What the merchant chose comes first. */
export async function withLearned(
  pass: PassContext,
  settings: ConnectionSettings,
): Promise<ConnectionSettings> {
  const answers = await answersOf(pass);
  const lines = answers.negative_lines;
  return {
    ...settings,
    readingHint: settings.readingHint ?? answers.reading ?? null,
    negativeLines: lines === 'quantity' || lines === 'refused' ? lines : settings.negativeLines,
  };
}

async function answersOf({ connection, io }: PassContext): Promise<LearnedAnswers> {
  const known = remembered.get(connection);
  if (known !== undefined) return known;
  const answers = await io.db('read-answers', (database) => readAnswers(database, connection.id));
  remembered.set(connection, answers);
  return answers;
}

/** Remembers which answers to the open questions of the shop's data explained this order. */
export async function learnReading(pass: PassContext, reading: string): Promise<void> {
  const known = (await answersOf(pass)).reading ?? null;
  const all = rememberReading(known, reading === 'plain' ? '' : reading);
  if (all !== null && all !== known) await learn(pass, 'reading', all);
}

/** Remembers how this warehouse takes a line that lowers the total, after it took one. */
export async function learnNegativeLines(
  pass: PassContext,
  taken: ConnectionSettings['negativeLines'],
): Promise<void> {
  await learn(pass, 'negative_lines', taken);
}

async function learn(pass: PassContext, question: Question, answer: string): Promise<void> {
  await pass.io.db('store-answer', (database) => storeAnswer(database, pass.key, question, answer));
  remembered.set(pass.connection, { ...(await answersOf(pass)), [question]: answer });
}
