/** Parts of the page, in the order in which a board goes through them. */

export type SectionName =
  | 'open'
  | 'type'
  | 'findings'
  | 'scores'
  | 'criteria'
  | 'drugs'
  | 'imaging'
  | 'follow-up'
  | 'board'
  | 'reporting'
  | 'patient'
  | 'signature';

export interface Section {
  name: SectionName;
  title: string;
}

export const SECTIONS: readonly Section[] = [
  { name: 'open', title: 'What is open' },
  { name: 'type', title: 'Type of reirradiation' },
  { name: 'findings', title: 'Findings' },
  { name: 'scores', title: 'Scores' },
  { name: 'criteria', title: 'Criteria of trials' },
  { name: 'drugs', title: 'Systemic therapy' },
  { name: 'imaging', title: 'Imaging' },
  { name: 'follow-up', title: 'Harm and quality of life' },
  { name: 'board', title: 'Board checklist' },
  { name: 'reporting', title: 'Reporting' },
  { name: 'patient', title: 'Page for the patient' },
  { name: 'signature', title: 'Signature and files' },
];
