/** Words of settings for people. */
import type { Modality, Site, Technique } from '../../../api/terms';

interface Choice<T> {
  value: T;
  label: string;
}

export const SITES: readonly Choice<Site>[] = [
  { value: 'brain-glioma', label: 'Brain, glioma' },
  { value: 'brain-metastases', label: 'Brain, metastases' },
  { value: 'head-and-neck', label: 'Head and neck, but the nasopharynx' },
  { value: 'nasopharynx', label: 'Nasopharynx' },
  { value: 'spine', label: 'Spine' },
  { value: 'lung', label: 'Lung and mediastinum' },
  { value: 'breast', label: 'Breast and chest wall' },
  { value: 'abdomen', label: 'Abdomen' },
  { value: 'pelvis', label: 'Pelvis, but the prostate' },
  { value: 'prostate', label: 'Prostate' },
  { value: 'extremity', label: 'Arm or leg' },
];

export const TECHNIQUES: readonly Choice<Technique>[] = [
  { value: 'normofractionated', label: 'Many fractions of usual size' },
  { value: 'palliative', label: 'Few fractions against symptoms' },
  { value: 'stereotactic', label: 'Stereotactic' },
];

export const MODALITIES: readonly Choice<Modality>[] = [
  { value: 'photon', label: 'Photons' },
  { value: 'electron', label: 'Electrons' },
  { value: 'proton', label: 'Protons' },
  { value: 'ion', label: 'Ions heavier than protons' },
  { value: 'brachy', label: 'Brachytherapy' },
  { value: 'unknown', label: 'Not known' },
];
