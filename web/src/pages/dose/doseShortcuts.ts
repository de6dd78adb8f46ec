/** The keys of the page. */
import type { Shortcut } from '../../state/shortcuts';
import { cyclePlanes, PLANE_HELP, planeShortcuts } from '../viewer/planeShortcuts';
import { structureJumps } from '../viewer/structureJumps.svelte';
import { structureKey, viewing } from '../viewer/viewing.svelte';
import type { Volume } from '../../planes/volume';
import { doseView } from './doseView.svelte';

export interface DoseActions {
  readonly focusPlanes: () => void;
  readonly chooseLayer: (side: 'first' | 'second') => void;
  readonly findStructure: () => void;
  readonly enterPlace: () => void;
  readonly copyPlace: () => void;
  readonly storePicture: () => void;
  readonly nextWindow: (steps: 1 | -1) => void;
  readonly stepLayer: (steps: 1 | -1) => void;
  /** What is drawn, for the hottest place. */
  readonly dose: () => Volume | null;
}

export function doseShortcuts(actions: DoseActions): Shortcut[] {
  return [
    { keys: 'L', description: 'Choose the dose', act: () => actions.chooseLayer('first') },
    { keys: 'Shift+L', description: 'Choose the second dose', act: () => actions.chooseLayer('second') },
    { keys: 'D', description: 'Next dose in the list', act: () => actions.stepLayer(1) },
    { keys: 'Shift+D', description: 'Previous dose in the list', act: () => actions.stepLayer(-1) },
    { keys: 'V', description: 'Two doses side by side', act: () => doseView.toggleCompared() },
    { keys: 'I', description: 'Isodose lines', act: () => (doseView.hasLines = !doseView.hasLines) },
    { keys: 'O', description: 'Colours of the dose', act: () => (doseView.hasWash = !doseView.hasWash) },
    { keys: 'C', description: 'Outlines of structures', act: () => (viewing.hasOutlines = !viewing.hasOutlines) },
    { keys: 'W', description: 'Next window', act: () => actions.nextWindow(1) },
    { keys: 'Shift+W', description: 'Previous window', act: () => actions.nextWindow(-1) },
    { keys: 'A', description: 'All planes, axial, coronal or sagittal', act: cyclePlanes },
    { keys: 'F', description: 'Find a structure', act: actions.findStructure },
    { keys: 'S', description: 'Next structure', act: () => selectNext(1) },
    { keys: 'Shift+S', description: 'Previous structure', act: () => selectNext(-1) },
    { keys: 'J', description: 'To the middle of the structure', act: () => jump('centre', null) },
    { keys: 'H', description: 'To the hottest place of the structure', act: () => jump('hottest', actions.dose()) },
    { keys: 'X', description: 'The structure alone, and back', act: isolate },
    { keys: 'G', description: 'Go to a position', act: actions.enterPlace },
    { keys: 'P', description: 'Copy the position', act: actions.copyPlace },
    { keys: 'E', description: 'Store a picture of the plane', act: actions.storePicture },
  ];
}

/** Everything that the help of the page lists. */
export function dosePageKeys(actions: DoseActions): { title: string; shortcuts: readonly Shortcut[] }[] {
  return [
    { title: 'Dose', shortcuts: doseShortcuts(actions) },
    { title: 'Planes', shortcuts: planeShortcuts(actions.focusPlanes) },
    { title: 'On a plane', shortcuts: PLANE_HELP },
  ];
}

function selected(): { index: number; name: string } | null {
  return viewing.styles.find(({ index, name }) => structureKey(index, name) === viewing.selected) ?? null;
}

function selectNext(steps: 1 | -1): void {
  const { styles } = viewing;
  if (styles.length === 0) return;
  const now = styles.findIndex(({ index, name }) => structureKey(index, name) === viewing.selected);
  const next = now < 0 ? 0 : (now + steps + styles.length) % styles.length;
  const style = styles[next];
  if (style !== undefined) viewing.selected = structureKey(style.index, style.name);
  jump('centre', null);
}

function jump(place: 'centre' | 'hottest', dose: Volume | null): void {
  const structure = selected();
  if (structure !== null) void structureJumps.to(place, structure.index, structure.name, dose);
}

function isolate(): void {
  viewing.isolate(viewing.selected);
}
