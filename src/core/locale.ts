/** The languages of Startstopp. Swedish is written first; the others say the same as a native would. */
export const LOCALES = ['sv', 'en', 'es', 'de'] as const;
export type Locale = (typeof LOCALES)[number];
