import { differencesOf } from '../differences.ts';
import { type DocumentInput, desiredDocument } from '../order/desired-document.ts';
import type { ConnectionSettings } from './settings.ts';

/** A decision as it was kept: the order and everything else that it followed from, without personal data. */
export interface KeptInput {
  readonly order: string;
  readonly input: DocumentInput;
}

/** One order that would come out otherwise. */
interface PreviewExample {
  readonly order: string;
  /** Kind of the outcome before and after. */
  readonly change: string;
  readonly differences: readonly {
    readonly where: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** Differences beyond those that are shown. */
  readonly more: number;
}

/** How many orders would come out otherwise, and how. */
export interface SettingsPreview {
  readonly orders: number;
  readonly differ: number;
  readonly changes: Readonly<Record<string, number>>;
  readonly examples: readonly PreviewExample[];
}

const EXAMPLES_OF_A_CHANGE = 5;
const DIFFERENCES_SHOWN = 20;

/**
 * Works decisions out under the settings they were made with and under others, with the code of today, so that only
 * the settings make a difference. Settings that an older version kept lack what came since: both sides get the same.
 */
export function previewSettings(kept: readonly KeptInput[], settings: ConnectionSettings): SettingsPreview {
  const changes: Record<string, number> = {};
  const examples: PreviewExample[] = [];
  for (const { order, input } of kept) {
    const before = outcome({ ...input, settings: { ...settings, ...input.settings } });
    const after = outcome({ ...input, settings });
    const differences = differencesOf(before, after);
    if (differences.length === 0) continue;
    const change = `${before.kind} -> ${after.kind}`;
    const count = (changes[change] ?? 0) + 1;
    changes[change] = count;
    if (count > EXAMPLES_OF_A_CHANGE) continue;
    const shown = differences.slice(0, DIFFERENCES_SHOWN);
    examples.push({ order, change, differences: shown, more: differences.length - shown.length });
  }
  const differ = Object.values(changes).reduce((sum, count) => sum + count, 0);
  return { orders: kept.length, differ, changes, examples };
}

/** An input of an older version may be too old to be worked out: then it says nothing about settings. */
function outcome(input: DocumentInput): { readonly kind: string } {
  try {
    return JSON.parse(JSON.stringify(desiredDocument(input))) as { kind: string };
  } catch {
    return { kind: 'unreadable' };
  }
}
