import { Client, Connection as TemporalConnection } from '@temporalio/client';
import type { Config } from './config.ts';
import { searchAttributeTypes } from './workflows/search-attributes.ts';

/** How every process reaches Temporal: address, TLS and API key from the configuration. */
export function temporalOptions(config: Config) {
  return {
    address: config.TEMPORAL_ADDRESS,
    ...(config.TEMPORAL_TLS ? { tls: true } : {}),
    ...(config.TEMPORAL_API_KEY === undefined ? {} : { apiKey: config.TEMPORAL_API_KEY }),
  };
}

/** A client that connects when first used: the gateway must take deliveries while Temporal is away. */
export function openTemporalClient(config: Config): { client: Client; close: () => Promise<void> } {
  const connection = TemporalConnection.lazy(temporalOptions(config));
  return {
    client: new Client({ connection, namespace: config.TEMPORAL_NAMESPACE }),
    close: () => connection.close(),
  };
}

/**
 * Why workflows cannot be started now; undefined when they can. An unregistered search attribute would
 * make Temporal refuse every start, so it is checked here and not at the first order.
 */
export async function temporalProblem(client: Client, namespace: string): Promise<string | undefined> {
  const { customAttributes } = await client.connection.withDeadline(Date.now() + 3_000, () =>
    client.connection.operatorService.listSearchAttributes({ namespace }),
  );
  const missing = Object.keys(searchAttributeTypes).filter((name) => customAttributes[name] === undefined);
  return missing.length === 0
    ? undefined
    : `Temporal lacks the search attributes ${missing.join(', ')}: run \`npm run migrate\``;
}

/** Registers the search attributes that are missing. Repeatable. */
export async function registerSearchAttributes(config: Config): Promise<string[]> {
  const connection = await TemporalConnection.connect(temporalOptions(config));
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: config.TEMPORAL_NAMESPACE,
    });
    const missing = Object.keys(searchAttributeTypes).filter((name) => customAttributes[name] === undefined);
    if (missing.length > 0) {
      const KEYWORD = 2;
      await connection.operatorService.addSearchAttributes({
        namespace: config.TEMPORAL_NAMESPACE,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
      });
    }
    return missing;
  } finally {
    await connection.close();
  }
}
