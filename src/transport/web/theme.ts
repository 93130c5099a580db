import express, { Router } from 'express';
import { createCookies } from './cookies.ts';
import { sendProblem } from './errors.ts';
import { ownPath } from './format.ts';
import { isOurs } from './sameSite.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
const NAMES = { auto: 'site.theme.auto', light: 'site.theme.light', dark: 'site.theme.dark' } as const;
export type Theme = (typeof THEMES)[number];

/** The theme that a cookie names; `auto` follows the browser. */
export const themeOf = (cookie: string | null): Theme => THEMES.find((theme) => theme === cookie) ?? 'auto';

/** The three choices as the footer shows them. */
export const themeChoices = (chosen: Theme) =>
  THEMES.map((theme) => ({ theme, themeName: NAMES[theme], pressed: String(theme === chosen) }));

/** `POST /theme`: remembers light or dark in a cookie that says nothing else, and goes back to where one was. */
export function themeRoute(publicUrl: string): Router {
  const form = express.urlencoded({ extended: false, limit: '2kb', parameterLimit: 4 });
  const cookies = createCookies(publicUrl);
  return Router().post('/theme', form, (req, res) => {
    if (!isOurs(req, publicUrl)) return sendProblem(res, 403, 'forged');
    const { theme, back } = (req.body ?? {}) as Record<string, unknown>;
    cookies.setTheme(res, THEMES.find((known) => known === theme) ?? 'auto');
    res.redirect(303, ownPath(back));
  });
}
