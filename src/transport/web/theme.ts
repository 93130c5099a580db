import express, { Router } from 'express';
import { ownPath } from './format.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
const NAMES = { auto: 'site.theme.auto', light: 'site.theme.light', dark: 'site.theme.dark' } as const;
export type Theme = (typeof THEMES)[number];

/** The theme that a Cookie header names; `auto` follows the browser. */
export function themeOf(header: string | undefined): Theme {
  const value = /(?:^|;\s*)theme=(\w+)/.exec(header ?? '')?.[1];
  return THEMES.find((theme) => theme === value) ?? 'auto';
}

/** The three choices as the footer shows them. */
export const themeChoices = (chosen: Theme) =>
  THEMES.map((theme) => ({ theme, themeName: NAMES[theme], pressed: String(theme === chosen) }));

/** `POST /theme`: remembers light or dark in a cookie that says nothing else, and goes back to where one was. */
export function themeRoute(secure: boolean): Router {
  const form = express.urlencoded({ extended: false, limit: '2kb', parameterLimit: 4 });
  return Router().post('/theme', form, (req, res) => {
    const { theme, back } = (req.body ?? {}) as Record<string, unknown>;
    const chosen = THEMES.find((known) => known === theme) ?? 'auto';
    res.cookie('theme', chosen, { path: '/', sameSite: 'lax', httpOnly: true, secure, maxAge: 31_536_000_000 });
    res.redirect(303, ownPath(back));
  });
}
