/** What a person or machine may do: look, act on orders and goods, configure. Each may do what the former may. */
export const roles = ['viewer', 'operator', 'owner'] as const;
export type Role = (typeof roles)[number];

/** May somebody of this role do what needs the other? */
export function mayDo(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
