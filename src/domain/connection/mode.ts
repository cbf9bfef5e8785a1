/** Off: nothing is read or written. Observe: nothing is written. */
export type ConnectionMode = 'off' | 'observe' | 'live';
