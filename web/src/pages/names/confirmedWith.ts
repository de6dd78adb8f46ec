/** Confirmed names that have all words in what is shown of them. */
import type { ConfirmedName } from '../../api/names';

export function confirmedWith(names: readonly ConfirmedName[], words: string): ConfirmedName[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return names.filter(({ centre, drawn, standard_name, by }) => {
    const text = [centre, drawn, standard_name, by].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
