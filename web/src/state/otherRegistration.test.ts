import { expect, it } from 'vitest';
import type { RegistrationSettings, Settings } from '../api/settings';
import type { MapInfo, MapKind } from '../api/volumes';
import { offeredKinds, withRegistration } from './otherRegistration';

const used = (course: string, kind: MapKind): MapInfo => ({ course, kind, is_used: kind !== 'none' }) as MapInfo;
const other = (course: string, kind: MapKind): MapInfo => ({ course, kind, is_used: false }) as MapInfo;

it.each<[string, MapInfo[], RegistrationSettings | undefined, MapKind[]]>([
  ['nothing', [], undefined, []],
  ['courses in one frame', [used('C1', 'same-frame')], undefined, []],
  [
    'those that were not chosen',
    [used('C1', 'dicom-rigid'), other('C1', 'rigid'), other('C1', 'deformable')],
    undefined,
    ['rigid', 'deformable'],
  ],
  [
    'one that another course uses',
    [used('C1', 'deformable'), other('C1', 'rigid'), used('C2', 'rigid')],
    undefined,
    ['rigid'],
  ],
  ['none that all courses use', [used('C1', 'rigid'), other('C1', 'rigid')], undefined, []],
  [
    'none that was asked for and not given',
    [used('C1', 'rigid'), other('C1', 'deformable')],
    { use: 'deformable' },
    [],
  ],
  ['no region without a structure', [used('C1', 'rigid'), other('C1', 'regional')], undefined, []],
  ['a region', [used('C1', 'rigid'), other('C1', 'regional')], { around: 'cord' }, ['regional']],
  ['nothing by hand', [used('C1', 'rigid'), other('C1', 'by-hand')], undefined, []],
  ['a map where none is used', [used('C1', 'none'), other('C1', 'rigid')], undefined, ['rigid']],
])('the kinds that are offered: %s', (_, maps, stored, kinds) => {
  expect(offeredKinds(maps, stored)).toEqual(kinds);
});

const stored: Settings = {
  registration: {
    use: 'by-hand',
    by_hand: { rotation_deg: [0, 0, 0], translation_mm: [1, 0, 0], centre_mm: [0, 0, 0] },
    margin_mm: 15,
    accepted_by: 'somebody',
    reason: 'looked at it',
  },
};

it('another registration takes no acceptance along, keeps what is edited, and changes neither draft nor stored settings', () => {
  const draft: Settings = {
    structure: [{ name: 'cord', alpha_beta_gy: 3 }],
    registration: { ...stored.registration, margin_mm: 99 },
  };
  const before = structuredClone([draft, stored]);
  expect(withRegistration(draft, stored, 'rigid')).toEqual({
    structure: [{ name: 'cord', alpha_beta_gy: 3 }],
    registration: { use: 'rigid', margin_mm: 15 },
  });
  expect([draft, stored]).toEqual(before);
});
