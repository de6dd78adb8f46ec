/** Puts the focus on the first field of a dialog, which by itself gives it to the cross. */
import { type Attachment, createAttachmentKey } from 'svelte/attachments';

const takeFocus: Attachment<HTMLInputElement> = (input) => {
  const timer = setTimeout(() => input.select());
  return () => clearTimeout(timer);
};

/** To be spread on the input. */
export const takingFocus = { [createAttachmentKey()]: takeFocus };
