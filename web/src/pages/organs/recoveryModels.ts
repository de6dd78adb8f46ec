/**
 * Published models of recovery that a person may choose. The server names none of them, so they stand here as in
 * knowledge/recovery.toml; a test compares the two. What a model removes is computed by the server alone.
 */
import type { Evidence } from '../../api/terms';
import { organOf } from './organNames';

export interface RecoveryModel {
  id: string;
  title: string;
  /** Standard names without side for which it was made. */
  organs: readonly string[];
  evidence: Evidence;
  source: string;
  note: string;
}

export const RECOVERY_MODELS: readonly RecoveryModel[] = [
  {
    id: 'umich-serial',
    title: 'Michigan steps for serial organs',
    organs: [
      'Bladder',
      'BrachialPlex',
      'Brainstem',
      'Bronchus',
      'CaudaEquina',
      'Cochlea',
      'Colon',
      'Colon_Sigmoid',
      'Bowel_Large',
      'Esophagus',
      'GreatVes',
      'A_Aorta',
      'A_Pulmonary',
      'V_Venacava_S',
      'Heart',
      'OpticChiasm',
      'OpticNrv',
      'Rectum',
      'Retina',
      'SacralPlex',
      'SpinalCord',
      'Trachea',
    ],
    evidence: 'secondary',
    source: 'umich_toolkit',
    note: "A second independent tool gives the same steps. The value stays 0.50 beyond 3 years. The toolkit's limits (constraints.toml, umich-toolkit) were made for the dose after this discount.",
  },
  {
    id: 'umich-small-bowel-stomach',
    title: 'Michigan steps for small bowel and stomach',
    organs: ['Bowel_Small', 'Stomach'],
    evidence: 'secondary',
    source: 'umich_toolkit',
    note: 'Exception of the serial steps.',
  },
  {
    id: 'umich-duodenum',
    title: 'Michigan steps for the duodenum',
    organs: ['Duodenum'],
    evidence: 'secondary',
    source: 'umich_toolkit',
    note: 'Exception of the serial steps.',
  },
  {
    id: 'umich-kidney',
    title: 'Michigan: no recovery of the kidneys',
    organs: ['Kidney'],
    evidence: 'secondary',
    source: 'umich_toolkit',
    note: '0 throughout. The tool applies its generic 0.5 beyond 3 years to the serial group, which is inconsistent; a review says that the kidney does not recover at all (kidney_review).',
  },
  {
    id: 'umich-lung',
    title: 'Michigan steps for the lungs',
    organs: ['Lung'],
    evidence: 'secondary',
    source: 'umich_toolkit',
    note: 'Made for a spared lung volume, not for a near-maximum dose.',
  },
  {
    id: 'umich-liver',
    title: 'Michigan steps for the liver',
    organs: ['Liver'],
    evidence: 'secondary',
    source: 'umich_toolkit',
    note: 'It stands for regrown liver volume, not for a dose that is forgotten: use it only for a spared-volume question, never for a near-maximum. The change at 24 months is given for the value 1.0; the change at 6 months is read in analogy to the lungs.',
  },
  {
    id: 'abusaris-steps',
    title: '25 % after 6 months, 50 % after 12 months',
    organs: ['SpinalCord'],
    evidence: 'primary',
    source: 'doi2021',
    note: 'Stated there as a tolerance of 125 % and 150 %. Public tools call it Abusaris.',
  },
  {
    id: 'cord-continuous',
    title: 'Continuous recovery of the spinal cord',
    organs: ['SpinalCord'],
    evidence: 'primary',
    source: 'cureus1406',
    note: '221 cases of stereotactic reirradiation in 7 studies with 7 myelopathies. The maximum likelihood lay below 24 months and 20 %, both were set to these conservative values. Preliminary; the full text was not seen.',
  },
];

/** The models that were made for an organ. */
export function modelsFor(standardName: string | null): RecoveryModel[] {
  const organ = organOf(standardName);
  return organ === null ? [] : RECOVERY_MODELS.filter((model) => model.organs.includes(organ));
}
