namespace PetBreeds.Tests;
public class T { [Xunit.Fact] public void X() => Xunit.Assert.True(true); }
