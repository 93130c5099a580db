import { Stopped } from './installation.ts';

export const noBook = (address: string): Stopped =>
  new Stopped(`There is no book with the address "${address}". Books: startstopp show books`);
