/** Levs for one euro, fixed by law (CloudCart API 5.8). */
export const LEVS_PER_EURO = '1.95583';
