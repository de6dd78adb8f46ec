/** Every type of the interface to the server, from one place. */
export type * from './terms';
export type * from './assessment';
export type * from './uncertainty';
export type * from './budget';
export type * from './comparison';
export type * from './clinical';
export type * from './settings';
export type * from './cases';
export type * from './names';
export type * from './volumes';
