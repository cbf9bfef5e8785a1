import type { Config } from '../../../config.ts';
import type { SignInRules } from './caller.ts';

/** What the configuration says of sign-in. */
export function signInRules(
  config: Pick<Config, 'PANEL_URL' | 'TRUSTED_PROXIES' | 'SESSION_IDLE_MS' | 'SESSION_MAX_MS'>,
): SignInRules {
  return {
    origin: config.PANEL_URL,
    trustedProxies: config.TRUSTED_PROXIES,
    session: { idleMs: config.SESSION_IDLE_MS, maxMs: config.SESSION_MAX_MS },
  };
}
