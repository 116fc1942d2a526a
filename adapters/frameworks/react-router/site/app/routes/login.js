import { redirect } from 'react-router';

export function loader() {
  const cookies = ['session=s3cret; Path=/; HttpOnly', 'csrf=t0ken; Path=/; HttpOnly'];
  return redirect('/account', { headers: cookies.map((cookie) => ['set-cookie', cookie]) });
}
