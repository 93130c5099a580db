import { encode } from 'uqr';

/**
 * A QR code as one path of squares, for an SVG with this `size` as its width and height: it needs no picture from elsewhere
 * and no inline style. `border`: empty squares around it; ISO/IEC 18004 asks for 4.
 */
export function qrOf(text: string, border: number): { size: number; path: string } {
  const { data, size } = encode(text, { border });
  return {
    size,
    path: data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join(''),
  };
}
