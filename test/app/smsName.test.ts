import { expect, test } from '@jest/globals';
import { proposeSmsName } from '../../src/app/smsName.ts';
import { countParts, isGsm7 } from '../../src/core/segments.ts';

test.each([
  ['Föräldrar P12', 'Föräldrar P12'],
  ['Föräldrar och ledare P14 säsongen 2026', 'Föräldrar och ledare'],
  ['Lunds IK – damer, ungdom och junior', 'Lunds IK - damer'],
  ['Räddningstjänsten Kävlinge', 'Räddningstjänsten'],
  ['Samhällsbyggnadsförvaltningen', 'Samhällsbyggnadsförv'],
  ['IF Samhällsbyggnadsförvaltningen', 'IF Samhällsbyggnadsf'],
  ['Niños y niñas', 'Niños y niñas'],
  ['Fútbol Málaga', 'Futbol Malaga'],
  ['Kören 🎶 på torget', 'Kören på torget'],
  ['“Nattvandrarna”', '"Nattvandrarna"'],
  ['🎶', 'p12'],
  ['Клуб', 'p12'],
  ['[[[[[[[[[[[[', '[[[[[[[[[['],
])('%s: %s', (name, proposed) => {
  expect(proposeSmsName(name, 'p12')).toBe(proposed);
  expect(isGsm7(proposed) && countParts(proposed).units <= 20).toBe(true);
});
