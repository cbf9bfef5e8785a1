import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, newSecretsKey, readConfig, variableNames } from '../../src/config.ts';

const good = {
  DATABASE_URL: 'postgres://user:secret-word@127.0.0.1:5432/db',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  SECRETS_KEY: newSecretsKey(),
};

describe('the configuration', () => {
  it('has defaults for everything but the database, Temporal and the key, and is frozen', () => {
    const config = readConfig(good);
    expect(config).toMatchObject({
      PORT: 8080,
      HTTP_DEADLINE_MS: 30_000,
      LEASE_MS: 40_000,
      LAND_MS: 120_000,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each([
    ['DATABASE_URL', undefined, 'is missing'],
    ['DATABASE_URL', 'mysql://a', 'postgres://'],
    ['TEMPORAL_ADDRESS', 'http://a', 'host:port'],
    ['SECRETS_KEY', 'short', '32 random bytes'],
    ['PORT', '99999', '65535'],
    ['LEASE_MS', '20000', 'longer than HTTP_DEADLINE_MS'],
    ['LOG_LEVEL', 'loud', 'debug'],
  ])('refuses %s=%s, naming the variable, the problem and an example', (name, value, problem) => {
    const read = (): unknown => readConfig({ ...good, [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`${name}: .*${problem}.*Example: `));
  });

  it('names every wrong variable at once and shows no secret', () => {
    const environment = { DATABASE_URL: 'secret-word', TEMPORAL_ADDRESS: '', SECRETS_KEY: 'key-word' };
    let message = '';
    try {
      readConfig(environment);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('DATABASE_URL');
    expect(message).toContain('TEMPORAL_ADDRESS');
    expect(message).toContain('SECRETS_KEY');
    expect(message).not.toMatch(/secret-word|key-word/);
  });

  it('.env.example documents every variable and no other', () => {
    const documented = readFileSync('.env.example', 'utf8')
      .split('\n')
      .flatMap((line) => /^#?([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(documented.toSorted()).toEqual([...variableNames].toSorted());
  });
});
