/** A view of settings through which they can be read and not changed. */

/**
 * Changes through it do nothing but tell `onrefused`. What is read of it stays alive: a view of something that changes shows the
 * change. Errors would be worse, since they would stop a page that only a slip of its own led to the change.
 */
export function readOnly<T extends object>(value: T, onrefused: () => void): T {
  const refuse = (): true => {
    onrefused();
    return true;
  };
  return new Proxy(value, {
    get: (target, name, receiver) => {
      const part: unknown = Reflect.get(target, name, receiver);
      return typeof part === 'object' && part !== null ? readOnly(part, onrefused) : part;
    },
    set: refuse,
    deleteProperty: refuse,
    defineProperty: refuse,
    setPrototypeOf: refuse,
  });
}
