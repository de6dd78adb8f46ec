/** Words and values that several parts of the interface share. */

/** How much a finding weighs: refused, to be justified by a person, or shown as provenance. */
export type Severity = 'refuse' | 'warn' | 'note';

/** One statement about the input or the result. */
export interface Finding {
  code: string;
  severity: Severity;
  subject: string;
  message: string;
}

/** How well an entry of the knowledge base is founded. */
export type Evidence = 'primary' | 'secondary' | 'unverified';

/** What a comparison with a limit says. */
export type Verdict = 'met' | 'exceeded' | 'uncertain' | 'not-evaluable';

/** Which dose a limit speaks about. */
export type DoseScope = 'cumulative' | 'current' | 'current-share' | 'interval';

/** The part of the body for which a source means its limits. */
export type SitePack =
  'brain' | 'head-and-neck' | 'thorax' | 'breast' | 'spine' | 'abdomen' | 'pelvis' | 'prostate' | 'extremity' | 'any';

/** What is irradiated again. */
export type Site =
  | 'brain-glioma'
  | 'brain-metastases'
  | 'head-and-neck'
  | 'nasopharynx'
  | 'spine'
  | 'lung'
  | 'breast'
  | 'abdomen'
  | 'pelvis'
  | 'prostate'
  | 'extremity';

/** How the current course is given, in the words of rules on drugs. */
export type Technique = 'normofractionated' | 'palliative' | 'stereotactic';

/** What irradiates. */
export type Modality = 'photon' | 'electron' | 'proton' | 'ion' | 'brachy' | 'unknown';

/** Whether a course was given before or is being planned. */
export type CourseRole = 'prior' | 'current';

/** Where the dose of a fraction comes from. */
export type FractionDoses = 'total-over-fractions' | 'one-fraction-times-n' | 'each-fraction';

/** The answer to a question of a score or a trial. */
export type Answer = boolean | number | string;

/** Lower and upper value. */
export type Band = [low: number, high: number];

/** A point in patient coordinates (LPS), in millimetres. */
export type PointMm = [x: number, y: number, z: number];

/** A day, as `2024-11-18`. */
export type DateText = string;

/** A moment, as RFC 3339. */
export type TimeText = string;
