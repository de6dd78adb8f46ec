import { notify } from '../../design/toasts.svelte';
import type { Vec3 } from '../../planes/vector';
import { placeText } from './placeText';

/** Puts a position into the clipboard, as it is read again by the field of the position. */
export async function copyPlace(position: Vec3): Promise<void> {
  const text = placeText(position);
  try {
    await navigator.clipboard.writeText(text);
    notify('done', `Copied: ${text} mm (LPS, current image).`);
  } catch {
    notify('problem', 'The browser did not let the position be copied. Mark it in its field and copy it there.');
  }
}
