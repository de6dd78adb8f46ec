/** What a person writes for the page of the patient. */
import type { FrequencySettings, PatientPageSettings } from '../../api/settings';

/** A page of which nothing is written yet. */
export function emptyPage(): PatientPageSettings {
  return { part: '', aim: 'unknown', contact: '', phone: '', urgent_phone: '' };
}

/** What the page still lacks, in words. */
export function lacking(page: PatientPageSettings): string[] {
  const needed: [string, string][] = [
    [page.part, 'the part of the body'],
    [page.contact, 'whom to ask'],
    [page.phone, 'the phone number'],
    [page.urgent_phone, 'the number for when something gets worse fast'],
  ];
  const texts = needed.filter(([text]) => text.trim() === '').map(([, words]) => words);
  const numbers = (page.benefit ?? []).filter((own) => !isWhole(own, true)).length;
  const harms = (page.harm ?? []).filter(({ organ, harm }) => organ.trim() === '' || harm.trim() === '').length;
  const often = (page.harm ?? []).filter(({ how_often: own }) => own !== undefined && !isWhole(own, false)).length;
  return [
    ...texts,
    ...(numbers > 0 ? ['a benefit without its words, number, years, source or evidence'] : []),
    ...(harms > 0 ? ['a harm without its organ or name'] : []),
    ...(often > 0 ? ['a number of a harm without years, source or evidence'] : []),
  ];
}

/** A number stands on the page only with its time span, its source and how far it was checked; all of it, or none. */
function isWhole(own: FrequencySettings, isBenefit: boolean): boolean {
  const hasNumber = own.of_100 !== undefined || (own.low_of_100 !== undefined && own.high_of_100 !== undefined);
  const rest = [own.years, own.source, own.evidence];
  const isBare = !hasNumber && rest.every((value) => value === undefined);
  const isFull = hasNumber && rest.every((value) => value !== undefined);
  return (isFull || (isBare && !isBenefit)) && (!isBenefit || (own.benefit ?? '') !== '');
}

/** A frequency with fields stated or taken back. */
export function withFields(
  own: FrequencySettings,
  change: { [F in keyof FrequencySettings]?: FrequencySettings[F] | undefined },
): FrequencySettings {
  const all = Object.entries({ ...own, ...change });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined && value !== ''));
}

/** Parts of the body as they are written: one in each line. */
export function readParts(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
