import { execFileSync } from 'node:child_process';

/** Makes a certificate for 127.0.0.1 that lasts a day; node itself cannot, so the openssl program must be there. */
export function makeCertificate(folder) {
  const certificate = `${folder}/certificate.pem`;
  const key = `${folder}/key.pem`;
  const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1';
  const where = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
  try {
    execFileSync('openssl', ['req', ...options.split(' '), ...where], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('This bench needs the openssl program to make a certificate.', { cause: error });
  }
  return { certificate, key };
}
