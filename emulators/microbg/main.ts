import { announceReady, exitWhenAsked, readArguments } from '../support/command-line.ts';
import { startMicrobgEmulator } from './emulator.ts';

try {
  const args = readArguments(process.argv.slice(2));
  const emulator = await startMicrobgEmulator(args);
  exitWhenAsked(args.exitWithParent, () => emulator.flush());
  announceReady(emulator.ready);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
