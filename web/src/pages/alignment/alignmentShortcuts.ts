/** The keys of the page. */
import { notify } from '../../design/toasts.svelte';
import type { Shortcut } from '../../state/shortcuts';
import { cyclePlanes, PLANE_HELP, planeShortcuts } from '../viewer/planeShortcuts';
import { viewing } from '../viewer/viewing.svelte';
import { alignmentView, type Mode, type Overlay, type Part } from './alignment.svelte';

export interface AlignmentActions {
  readonly focusPlanes: () => void;
  /** Draws the next of the maps. */
  readonly nextMap: (steps: 1 | -1) => void;
  readonly addLandmark: () => void;
  readonly accept: () => void;
  readonly nextWindow: (steps: 1 | -1) => void;
}

const MODES: readonly Mode[] = ['blend', 'checkerboard', 'swipe', 'difference', 'contours'];
const OVERLAYS: readonly Overlay[] = ['none', 'jacobian', 'displacement'];
const PARTS: readonly Part[] = ['maps', 'dose', 'by-hand', 'landmarks'];

export function alignmentPageKeys(actions: AlignmentActions): { title: string; shortcuts: readonly Shortcut[] }[] {
  const own: Shortcut[] = [
    { keys: 'D', description: 'Draw the next map', act: () => actions.nextMap(1) },
    { keys: 'Shift+D', description: 'Draw the previous map', act: () => actions.nextMap(-1) },
    {
      keys: 'B',
      description: 'Next way to put the images together',
      act: () => (alignmentView.mode = after(MODES, alignmentView.mode)),
    },
    { keys: '[', description: 'Less of the prior image', act: () => changeAmount(-1) },
    { keys: ']', description: 'More of the prior image', act: () => changeAmount(1) },
    {
      keys: 'J',
      description: 'Jacobian, displacement or none',
      act: () => (alignmentView.overlay = after(OVERLAYS, alignmentView.overlay)),
    },
    {
      keys: 'V',
      description: 'Next part: maps, dose, by hand, landmarks',
      act: () => (alignmentView.part = after(PARTS, alignmentView.part)),
    },
    {
      keys: 'K',
      description: 'By hand: keys for the image or the crosshair. Landmarks: add the pair',
      act: () => actOnPart(actions),
    },
    { keys: 'R', description: 'Accept the map', act: actions.accept },
    { keys: 'C', description: 'Outlines of structures', act: () => (viewing.hasOutlines = !viewing.hasOutlines) },
    {
      keys: 'Shift+C',
      description: 'Outlines of the prior structure set',
      act: togglePriorOutlines,
    },
    { keys: 'W', description: 'Next window', act: () => actions.nextWindow(1) },
    { keys: 'Shift+W', description: 'Previous window', act: () => actions.nextWindow(-1) },
    { keys: 'A', description: 'All planes, axial, coronal or sagittal', act: cyclePlanes },
  ];
  return [
    { title: 'Alignment', shortcuts: own },
    { title: 'By hand, on a plane', shortcuts: BY_HAND },
    { title: 'Planes', shortcuts: planeShortcuts(actions.focusPlanes) },
    { title: 'On a plane', shortcuts: PLANE_HELP },
  ];
}

/** They act on a plane that has the focus; the page takes them there. */
const BY_HAND: readonly Shortcut[] = [
  { keys: 'Arrows', description: 'Move the prior image by 1 mm; with Shift by 0.1 mm', act: () => undefined },
  { keys: 'Page-Up Page-Down', description: 'The same through the plane', act: () => undefined },
  { keys: 'Q E', description: 'Turn it by 1° about the crosshair; with Shift by 0.1°', act: () => undefined },
];

function after<T>(all: readonly T[], now: T): T {
  return all[(all.indexOf(now) + 1) % all.length] ?? now;
}

function togglePriorOutlines(): void {
  if (alignmentView.part === 'landmarks')
    notify('note', 'No prior outlines are drawn beside landmarks: there each image stands by itself.');
  else alignmentView.togglePriorOutlines();
}

function changeAmount(direction: 1 | -1): void {
  const { mode, amounts } = alignmentView;
  const next =
    mode === 'checkerboard'
      ? Math.min(Math.max(amounts[mode] + 5 * direction, 5), 100)
      : Math.min(Math.max(amounts[mode] + 0.05 * direction, 0), 1);
  alignmentView.amounts = { ...amounts, [mode]: next };
}

function actOnPart(actions: AlignmentActions): void {
  if (alignmentView.part === 'landmarks') actions.addLandmark();
  else alignmentView.isNudging = !alignmentView.isNudging;
}
