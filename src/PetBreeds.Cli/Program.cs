Console.WriteLine("petbreeds");
