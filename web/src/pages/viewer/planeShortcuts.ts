/** The keys of the planes that act from anywhere on a page, and those that act on a plane that has the focus. */
import type { Shortcut } from '../../state/shortcuts';
import { viewing } from './viewing.svelte';

/** For the help only: a plane takes these keys itself, before the page sees them. */
const onPlane = (keys: string, description: string): Shortcut => ({ keys, description, act: () => undefined });

/** Keys that act wherever the focus is. Keys that move a slider or scroll a list are left to them. */
export function planeShortcuts(focusPlanes: () => void): Shortcut[] {
  return [
    { keys: 'Z', description: 'Focus to the planes', act: focusPlanes },
    { keys: '0', description: 'Fit the planes into their views', act: fitAll },
    { keys: 'M', description: 'Measure a distance: two clicks, or Enter at the crosshair', act: toggleMeasuring },
    { keys: 'N', description: 'Names of structures at their lines', act: toggleNames },
    { keys: 'Escape', description: 'End measuring, then maximising', act: escape },
  ];
}

/** Pointer and keys of a plane that has the focus, for the help. */
export const PLANE_HELP: readonly Shortcut[] = [
  onPlane('Click Drag', 'Move the crosshair'),
  onPlane('Wheel Page-Up Page-Down', 'Previous or next slice'),
  onPlane('Arrows', 'Move the crosshair by one pixel; with Shift by ten'),
  onPlane('Right-drag', 'Level and width of the window; also the keys , . and < >'),
  onPlane('Home', 'Crosshair to the middle'),
  onPlane('Ctrl+Wheel + −', 'Zoom'),
  onPlane('Middle-drag Space+drag', 'Pan'),
  onPlane('Double-click Enter', 'Maximise the plane, and back'),
];

/** Lets keys act on a plane within a part of the page. */
export function focusPlaneIn(part: HTMLElement | undefined): void {
  part?.querySelector<HTMLElement>('.view')?.focus({ preventScroll: true });
}

/** All planes of the three, or one alone. */
export function cyclePlanes(): void {
  const { views } = viewing;
  const order = [null, 'axial', 'coronal', 'sagittal'] as const;
  views.maximised = order[(order.indexOf(views.maximised) + 1) % order.length] ?? null;
}

function fitAll(): void {
  // Each view frames its plane anew where it has no framing.
  viewing.views.framing = { axial: null, coronal: null, sagittal: null };
}

function toggleMeasuring(): void {
  if (viewing.views.isMeasuring) viewing.views.stopMeasuring();
  else viewing.views.startMeasuring();
}

function toggleNames(): void {
  viewing.views.hasNames = !viewing.views.hasNames;
}

function escape(): void {
  const { views } = viewing;
  if (views.isMeasuring || views.measurements.length > 0) views.stopMeasuring();
  else views.maximised = null;
}
