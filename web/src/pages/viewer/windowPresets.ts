/** Windows of gray values in which an image is looked at. */
import type { VolumeInfo } from '../../api/volumes';
import { type GrayWindow, levelAndWidth, windowOf } from '../../planes/colour';
import type { Volume } from '../../planes/volume';

export interface WindowPreset {
  readonly id: string;
  readonly label: string;
  readonly window: GrayWindow;
}

const CT_PRESETS: readonly WindowPreset[] = [
  { id: 'soft', label: 'Soft tissue', window: windowOf(40, 400) },
  { id: 'lung', label: 'Lung', window: windowOf(-600, 1500) },
  { id: 'bone', label: 'Bone', window: windowOf(400, 1800) },
  { id: 'brain', label: 'Brain', window: windowOf(40, 80) },
];

/** Values looked at to find the range of an image. */
const SAMPLES = 40_000;

/** The windows for an image: fixed ones for Hounsfield units, else those that its own values ask for. */
export function presetsFor(info: VolumeInfo, volume: Volume): readonly WindowPreset[] {
  if (info.unit === 'HU') return CT_PRESETS;
  const values = sorted(volume);
  const part = (share: number): number => values[Math.round(share * (values.length - 1))] ?? 0;
  const between = (low: number, high: number): GrayWindow => ({ low, high: Math.max(high, low + 1e-3) });
  // Activity is judged against none; a scanner gives magnetic resonance no zero.
  const start = info.modality === 'PT' ? 0 : part(0.02);
  return [
    { id: 'image', label: 'Of the image', window: between(start, part(0.995)) },
    { id: 'whole', label: 'Whole range', window: between(part(0), part(1)) },
  ];
}

/** The preset that a window is; null for one of its own. */
export function presetOf(presets: readonly WindowPreset[], window: GrayWindow): WindowPreset | null {
  return presets.find((preset) => isSame(preset.window, window)) ?? null;
}

/** The preset after the one that is on. */
export function nextPreset(presets: readonly WindowPreset[], window: GrayWindow, steps: 1 | -1): WindowPreset | null {
  const index = presets.findIndex((preset) => isSame(preset.window, window));
  const next = index < 0 ? 0 : (index + steps + presets.length) % presets.length;
  return presets[next] ?? null;
}

function isSame(a: GrayWindow, b: GrayWindow): boolean {
  const [one, other] = [levelAndWidth(a), levelAndWidth(b)];
  const tolerance = other.width / 1000;
  return Math.abs(one.level - other.level) < tolerance && Math.abs(one.width - other.width) < tolerance;
}

function sorted({ values }: Volume): Float32Array {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const some: number[] = [];
  for (let index = 0; index < values.length; index += step) {
    const value = values[index] as number;
    if (Number.isFinite(value)) some.push(value);
  }
  return Float32Array.from(some).sort();
}
