import { expect, it } from 'vitest';
import { filesOfDrop, filesOfInput } from './pickedFiles';

const file = (name: string, webkitRelativePath = ''): File =>
  ({ name, size: 1, webkitRelativePath }) as unknown as File;

function fileEntry(name: string): FileSystemEntry {
  return {
    name,
    isDirectory: false,
    file: (done: (f: File) => void) => done(file(name)),
  } as unknown as FileSystemEntry;
}

function brokenEntry(name: string): FileSystemEntry {
  const fail = (_: unknown, failed: (error: Error) => void): void => failed(new Error('gone'));
  return { name, isDirectory: false, file: fail } as unknown as FileSystemEntry;
}

/** A folder whose reader gives its entries in portions, as browsers do. */
function folder(name: string, inside: FileSystemEntry[], portion = 2): FileSystemEntry {
  const createReader = (): unknown => {
    let at = 0;
    const readEntries = (done: (some: FileSystemEntry[]) => void): void => {
      done(inside.slice(at, at + portion));
      at += portion;
    };
    return { readEntries };
  };
  return { name, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

const paths = (picked: { files: { path: string }[] }): string[] => picked.files.map(({ path }) => path);

it('folders are gone through to the end, in the order of their numbers', async () => {
  const slices = [10, 2, 1, 3, 4].map((n) => fileEntry(`ct.${n}.dcm`));
  const picked = await filesOfDrop([folder('patient', [folder('CT', slices), fileEntry('RD.dcm')])]);
  const ct = [1, 2, 3, 4, 10].map((n) => `patient/CT/ct.${n}.dcm`);
  expect(paths(picked)).toEqual([...ct, 'patient/RD.dcm']);
  expect(picked.name).toBe('patient');
});

it('a file that cannot be read is told, and the others stay', async () => {
  const picked = await filesOfDrop([folder('a', [brokenEntry('b.dcm'), fileEntry('c.dcm')])]);
  expect(paths(picked)).toEqual(['a/c.dcm']);
  expect(picked.unreadable).toEqual([{ path: 'a/b.dcm', reason: 'gone' }]);
});

it('files of the system are left out and counted', async () => {
  const inside = [fileEntry('.DS_Store'), fileEntry('._1.dcm'), folder('__MACOSX', []), fileEntry('1.dcm')];
  const picked = await filesOfDrop([folder('a', inside)]);
  expect(paths(picked)).toEqual(['a/1.dcm']);
  expect(picked.nLeftOut).toBe(3);
});

it('several things at the top give no name', async () => {
  expect((await filesOfDrop([fileEntry('a.zip')])).name).toBe('a');
  expect((await filesOfDrop([fileEntry('a.zip'), fileEntry('b.zip')])).name).toBeNull();
  expect((await filesOfDrop([])).name).toBeNull();
});

it('an input tells its folders', () => {
  const picked = filesOfInput([file('2.dcm', 'case/2.dcm'), file('1.dcm', 'case/1.dcm')]);
  expect(paths(picked)).toEqual(['case/1.dcm', 'case/2.dcm']);
  expect(picked.name).toBe('case');
  expect(filesOfInput([file('one.zip')]).name).toBe('one');
});
