/** Files that a person dropped or picked, with all folders gone through. One file that cannot be read does not lose the others. */

export interface PickedFile {
  /** Relative to what was dropped, with the names of the folders. */
  path: string;
  file: File;
}

export interface Picked {
  files: PickedFile[];
  /** Files and folders that the browser could not read, with the reason. */
  unreadable: { path: string; reason: string }[];
  /** Files of the operating system, which never hold objects. */
  nLeftOut: number;
  /** The name of the only folder or file at the top, for the label of a new case. */
  name: string | null;
}

/** What was dropped. It must be taken while the event lasts: afterwards the browser forgets it. */
export type Dropped = (FileSystemEntry | File)[];

const OF_THE_SYSTEM = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|__MACOSX)$/i;

export function droppedOf(transfer: DataTransfer): Dropped {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  return items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter((entry) => entry !== null);
}

/** Whether a drag carries files, and not text or a link of this page. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer !== null && [...transfer.types].includes('Files');
}

/** All files of what was dropped; `onfound` tells how many were found so far. */
export async function filesOfDrop(dropped: Dropped, onfound: (n: number) => void = () => undefined): Promise<Picked> {
  const picked: Picked = { files: [], unreadable: [], nLeftOut: 0, name: nameOf(dropped.map(({ name }) => name)) };
  for (const entry of dropped) {
    if ('size' in entry) takeFile(entry, entry.name, picked);
    else await walk(entry, '', picked, onfound);
  }
  return sorted(picked);
}

/** All files of an input, with the folders that it tells. */
export function filesOfInput(files: Iterable<File>): Picked {
  const picked: Picked = { files: [], unreadable: [], nLeftOut: 0, name: null };
  const tops: string[] = [];
  for (const file of files) {
    const path = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
    tops.push(path.split('/')[0] ?? path);
    takeFile(file, path, picked);
  }
  return sorted({ ...picked, name: nameOf(tops) });
}

async function walk(
  entry: FileSystemEntry,
  above: string,
  picked: Picked,
  onfound: (n: number) => void,
): Promise<void> {
  const path = above + entry.name;
  if (OF_THE_SYSTEM.test(entry.name)) {
    picked.nLeftOut += 1;
    return;
  }
  try {
    if (entry.isDirectory) {
      const inside = await entriesOf(entry as FileSystemDirectoryEntry);
      await Promise.all(inside.map((one) => walk(one, `${path}/`, picked, onfound)));
    } else {
      takeFile(await fileOf(entry as FileSystemFileEntry), path, picked);
      onfound(picked.files.length);
    }
  } catch (thrown) {
    picked.unreadable.push({ path, reason: thrown instanceof Error ? thrown.message : 'the browser cannot read it' });
  }
}

function takeFile(file: File, path: string, picked: Picked): void {
  if (OF_THE_SYSTEM.test(file.name)) picked.nLeftOut += 1;
  else picked.files.push({ path, file });
}

/** A reader gives the entries of a folder in portions, and an empty one at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function nameOf(tops: readonly string[]): string | null {
  const [first, ...others] = new Set(tops);
  if (first === undefined || others.length > 0) return null;
  return first.replace(/\.zip$/i, '');
}

/** The order of folders is that of the file system, and tells nothing. */
function sorted(picked: Picked): Picked {
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return { ...picked, files: picked.files.sort((a, b) => compare(a.path, b.path)) };
}
