/** Names are typed by people: case and blanks make no difference. */
export function sameName(left: string, right: string): boolean {
  return plain(left) === plain(right);
}

function plain(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase('bg');
}
