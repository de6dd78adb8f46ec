/** Maps and their measures in words. */
import type { MapInfo, MapKind } from '../../api/volumes';
import { NOT_KNOWN, quantity } from '../../design/quantity';

const KINDS: Readonly<Record<MapKind, string>> = {
  'same-frame': 'same frame of reference',
  'dicom-rigid': 'rigid, from DICOM',
  'dicom-deformable': 'deformable, from DICOM',
  rigid: 'rigid, found by rert',
  regional: 'rigid about one structure, found by rert',
  deformable: 'deformable, found by rert',
  'by-hand': 'rigid, by hand',
  none: 'none: sum of maxima',
};

export function kindWords(kind: string): string {
  return (KINDS as Readonly<Record<string, string>>)[kind] ?? kind;
}

/** The words of a kind for a narrow column. */
export function shortKind(kind: string): string {
  return kindWords(kind).replace(', found by rert', '').replace(', from DICOM', ' (DICOM)');
}

/** What the gate says. */
export type GateVerdict = 'usable' | 'usable-with-care' | 'unusable';

export function gateVerdict(map: Pick<MapInfo, 'quality'>): GateVerdict | null {
  const verdict = map.quality['verdict'];
  return verdict === 'usable' || verdict === 'usable-with-care' || verdict === 'unusable' ? verdict : null;
}

export function objections(map: Pick<MapInfo, 'quality'>): string | null {
  const words = map.quality['objections'];
  return typeof words === 'string' && words !== '' ? words : null;
}

interface MeasureWords {
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
}

const MEASURES: Readonly<Record<string, MeasureWords>> = {
  overlap_percent: { label: 'Overlap of the tissues', unit: '%', digits: 1 },
  inverse_consistency_mm: { label: 'Inconsistency of the rigid search each way, mean', unit: 'mm', digits: 2 },
  rival_closeness: { label: 'Closeness of the second-best place', unit: '', digits: 2 },
  mirrored_closeness: { label: 'Closeness of the mirrored image', unit: '', digits: 2 },
  normalized_cross_correlation: { label: 'Correlation of the values', unit: '', digits: 3 },
  local_correlation_before: { label: 'Local correlation before deformation', unit: '', digits: 3 },
  local_correlation_after: { label: 'Local correlation after deformation', unit: '', digits: 3 },
  deformable_inverse_consistency_mm: {
    label: 'Inconsistency of the deformations each way, mean',
    unit: 'mm',
    digits: 2,
  },
  deformable_inverse_consistency_95_percent_mm: { label: 'The same, 95th percentile', unit: 'mm', digits: 2 },
  jacobian_minimum: { label: 'Least Jacobian determinant', unit: '', digits: 2 },
  jacobian_maximum: { label: 'Largest Jacobian determinant', unit: '', digits: 2 },
  harmonic_energy: { label: 'Harmonic energy', unit: '', digits: 4 },
  target_registration_error_mean_mm: { label: 'Target registration error, mean', unit: 'mm', digits: 2 },
  target_registration_error_largest_mm: { label: 'Target registration error, largest', unit: 'mm', digits: 2 },
  dice: { label: 'Dice of the organ', unit: '', digits: 2 },
  mean_distance_to_agreement_mm: { label: 'Mean distance to agreement', unit: 'mm', digits: 2 },
  hausdorff_95_percent_mm: { label: 'Hausdorff distance, 95 %', unit: 'mm', digits: 2 },
  distance_from_own_registration_mm: { label: 'Distance from the registration made here, mean', unit: 'mm', digits: 2 },
  distance_from_own_registration_95_percent_mm: { label: 'The same distance, 95th percentile', unit: 'mm', digits: 2 },
  n_landmarks: { label: 'Landmarks', unit: '', digits: 0 },
  landmark_rms_mm: { label: 'Landmarks missed by, root mean square', unit: 'mm', digits: 2 },
  landmark_max_mm: { label: 'Landmarks missed by, largest', unit: 'mm', digits: 2 },
};

const ENDINGS: readonly (readonly [string, string])[] = [
  ['_percent', '%'],
  ['_mm', 'mm'],
  ['_degrees', '°'],
  ['_seconds', 's'],
];

/** A measure that is not known by name carries its unit at the end of it. */
export function measureWords(name: string): MeasureWords {
  const known = MEASURES[name];
  if (known !== undefined) return known;
  const [ending, unit] = ENDINGS.find(([end]) => name.endsWith(end)) ?? ['', ''];
  return { label: name.slice(0, name.length - ending.length).replaceAll('_', ' '), unit, digits: 2 };
}

export interface MeasureRow {
  readonly name: string;
  readonly label: string;
  /** One for each map; null where the map does not have the measure. */
  readonly values: readonly (string | null)[];
}

const NOT_MEASURED = new Set(['verdict', 'objections']);

/** The measures of maps side by side, in the order in which they are documented. */
export function measureRows(maps: readonly Pick<MapInfo, 'quality'>[]): MeasureRow[] {
  const order = Object.keys(MEASURES);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const names = [...new Set(maps.flatMap(({ quality }) => Object.keys(quality)))].filter(
    (name) => !NOT_MEASURED.has(name),
  );
  return names
    .sort((a, b) => place(a) - place(b))
    .map((name) => ({
      name,
      label: measureWords(name).label,
      values: maps.map(({ quality }) => (name in quality ? measureText(name, quality[name]) : null)),
    }));
}

function measureText(name: string, value: unknown): string {
  if (typeof value === 'number') {
    const { unit, digits } = measureWords(name);
    return quantity(value, unit, { digits });
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return NOT_KNOWN;
}
